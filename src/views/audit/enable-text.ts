/** What `enable` will do and did, for people. */
import type { EnableEvent, EnablePlan, Switch, SwitchState } from '../../workflows/enable.js';
import { bold, dim, green, type Line, type Span, yellow } from '../format/lines.js';

const NAMES: Readonly<Record<Switch, string>> = {
  'trusted-access': 'trusted access for IAM',
  RootCredentialsManagement: 'root credentials management',
  RootSessions: 'root sessions',
};

const PURPOSES: Readonly<Record<Switch, string>> = {
  'trusted-access': 'IAM may act for the organization; both features need it',
  RootCredentialsManagement:
    'the management account and delegated administrators for IAM may look at and delete root credentials of member accounts, and let passwords be recovered',
  RootSessions: 'they may unlock buckets and queues of member accounts that nobody else can reach',
};

const STATES: Readonly<Record<SwitchState, { readonly symbol: Span; readonly words: string }>> = {
  on: { symbol: green('✓'), words: 'on already' },
  off: { symbol: yellow('+'), words: 'will be turned on' },
  unknown: { symbol: yellow('+'), words: 'will be turned on, unless it was left on' },
};

const WIDTH = Math.max(...Object.values(NAMES).map((name) => name.length)) + 2;

export function renderEnablePlan({ organization, states }: EnablePlan): Line[] {
  return [
    [bold(`Centralized root access in organization ${organization.id}:`)],
    [],
    ...states.flatMap(({ name, state }): Line[] => [
      ['  ', STATES[state].symbol, ` ${NAMES[name].padEnd(WIDTH)}${STATES[state].words}`],
      [dim(`      ${PURPOSES[name]}`)],
    ]),
    [],
  ];
}

/** The interval between reports while waiting, in ms. */
const REPORT_EVERY = 30_000;

export function renderEnableEvent(event: EnableEvent): Line[] {
  switch (event.type) {
    case 'switch-turned-on':
      return [[green('✓'), ` ${NAMES[event.name]}: turned on`]];
    case 'switch-found-on':
      return [[green('✓'), ` ${NAMES[event.name]}: on already`]];
    case 'sts-waited-for':
      if (event.waited % REPORT_EVERY >= 10_000) return [];
      return [
        [
          dim(
            `Waiting until STS goes by it, which takes minutes (${Math.round(event.waited / 1000)} s so far)…`,
          ),
        ],
      ];
  }
}
