/**
 * Starts other programs with a minimal environment that never contains AWS credentials. Nothing else in `src` starts a
 * process.
 */
import {
  type ChildProcess,
  type ExecFileException,
  execFile,
  type SpawnOptions,
  spawn,
} from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, parse } from 'node:path';
import { promisify } from 'node:util';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Locations of programs, home and temporary files, the language, and what Windows needs. */
const ANY_PROGRAM =
  /^(PATH|HOME|LANG|LANGUAGE|LC_\w+|TMPDIR|SYSTEMROOT|SYSTEMDRIVE|WINDIR|PATHEXT|USERPROFILE|PROGRAMDATA|TEMP|TMP)$/i;
/** Locations of the SSH agent and security key, and how to ask for a passphrase. */
const SSH_PROGRAM =
  /^(SSH_(AUTH_SOCK|ASKPASS|ASKPASS_REQUIRE|SK_PROVIDER|SK_HELPER|PKCS11_HELPER)|TERM|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS)$/;

const GIT = [ANY_PROGRAM];
const SSH = [ANY_PROGRAM, SSH_PROGRAM];
const PASSED_ON = { git: GIT, 'ssh-keygen': SSH, 'ssh-add': SSH } as const;

type Program = keyof typeof PASSED_ON;

/** Why a program failed. */
export type ProgramFailure = ExecFileException;

/** Settings of `captureProgram`. */
export interface CaptureSettings {
  readonly env: Environment;
  /** Variables set by rootsweep. */
  readonly set: Readonly<Record<string, string>>;
  /** Maximum output. */
  readonly maxBytes: number;
  /** In ms. */
  readonly timeout: number;
}

const runFile = promisify(execFile);

/** A folder in which no repository can place programs: Windows looks for programs in the current folder first. */
const SAFE_FOLDER = parse(homedir()).root;

/**
 * Runs a program to completion. Path arguments must be absolute.
 * @throws ProgramFailure
 */
export function captureProgram(
  program: Program,
  args: readonly string[],
  { env, set, maxBytes, timeout }: CaptureSettings,
): Promise<{ readonly stdout: Buffer; readonly stderr: Buffer }> {
  return runFile(program, args, {
    cwd: SAFE_FOLDER,
    env: { ...passOn(program, env), ...set },
    encoding: 'buffer',
    maxBuffer: maxBytes,
    timeout,
  });
}

/** Starts a program that may prompt at the terminal. Path arguments must be absolute. */
export function startProgram(
  program: Program,
  args: readonly string[],
  { env, stdio }: { readonly env: Environment; readonly stdio: NonNullable<SpawnOptions['stdio']> },
): ChildProcess {
  return spawn(program, args, { cwd: SAFE_FOLDER, stdio, env: passOn(program, env) });
}

function passOn(program: Program, env: Environment): NodeJS.ProcessEnv {
  const passed: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(env)) {
    if (!PASSED_ON[program].some((names) => names.test(name))) continue;
    if (!/^PATH$/i.test(name)) passed[name] = value;
    // An empty PATH would mean the current folder; without PATH, the system's default folders are searched.
    else passed[name] = keepAbsolute(value ?? '') || undefined;
  }
  return passed;
}

/** Removes relative entries, which would find programs in the current folder. */
function keepAbsolute(path: string): string {
  return path.split(delimiter).filter(isAbsolute).join(delimiter);
}
