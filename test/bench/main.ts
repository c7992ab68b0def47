/**
 * `npm run bench`: what plan, apply, verify and show take on emulated organizations, next to the bound that AWS's quotas
 * and the way of the answers set, and to the usual loop over the AWS CLI; all in one run, so that what is compared was
 * measured on the same machine in the same hour.
 *
 * Options: `--json`; `--only TEXT`, cases whose name has it; `--runs N`; `--earlier FILE`, as often as wanted, what
 * `--json` wrote before: its runs are told with those of this time, because a machine is not as fast in every hour, and
 * the ratios of this time that are outside the spread of the earlier ones are named on stderr.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { CASES } from './cases.js';
import { compare } from './comparison.js';
import { openFolder } from './folder.js';
import { renderReport, reportOf } from './report.js';
import { nameOf } from './result.js';
import { type Run, runCase, runLoop, warmUp } from './run-case.js';
import { readSamples, type Samples } from './samples.js';
import { measureStart } from './start-up.js';
import { compareWithParse } from './verification.js';
import { openHost } from './world.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    runs: { type: 'string' },
    earlier: { type: 'string', multiple: true, default: [] },
  },
});
const machine = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores`;
const earlier = values.earlier.map((path) => readSamples(path, machine));
const cases = CASES.filter((it) => nameOf(it).includes(values.only));
const times = (least: number) => Number(values.runs ?? least);
const runs = new Map<string, Run[]>();
const passes = Math.max(...cases.map((it) => times(it.runs)));
const host = openHost();
await warmUp(host);
// Pass by pass, and not case by case: what else the machine does falls on all of them.
for (let pass = 0; pass < passes; pass += 1) {
  for (const it of cases.filter((one) => pass < times(one.runs))) {
    console.error(`pass ${pass + 1} of ${passes}: ${nameOf(it)}`);
    await openFolder(async (folder) => {
      for (const run of await runCase(host, it, folder)) remember(nameOf(it), run);
      // Latency is all that the loop takes its time for: it takes long, and always as long.
      if (it.beside !== undefined && pass === 0) remember(nameOf(it), await runLoop(host, it, folder));
    });
  }
}
await host.close();

const samples: Samples = {
  date: new Date().toISOString().slice(0, 10),
  machine,
  runs: Object.fromEntries(runs),
  start: await measureStart(),
  verification: await compareWithParse(),
};
const report = reportOf([...earlier, samples]);
console.log(values.json ? JSON.stringify({ version: 2, ...report, samples }) : renderReport(report));
if (earlier.length > 0)
  for (const line of compare(reportOf(earlier), reportOf([samples]))) console.error(line);

function remember(name: string, run: Run): void {
  runs.set(name, [...(runs.get(name) ?? []), run]);
}
