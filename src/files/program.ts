/**
 * Every program that rootsweep starts, and all that it gets of the environment: never the credentials of AWS. Nothing
 * else in `src` starts a process.
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

/** Where programs, the home folder and temporary files are, and the language; the rest is what Windows needs. */
const ANY_PROGRAM =
  /^(PATH|HOME|LANG|LANGUAGE|LC_\w+|TMPDIR|SYSTEMROOT|SYSTEMDRIVE|WINDIR|PATHEXT|USERPROFILE|PROGRAMDATA|TEMP|TMP)$/i;
/** Where the SSH agent and the security key are, and how to ask somebody for a passphrase. */
const SSH_PROGRAM =
  /^(SSH_(AUTH_SOCK|ASKPASS|ASKPASS_REQUIRE|SK_PROVIDER|SK_HELPER|PKCS11_HELPER)|TERM|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS)$/;

const GIT = [ANY_PROGRAM];
const SSH = [ANY_PROGRAM, SSH_PROGRAM];
const PASSED_ON = { git: GIT, 'ssh-keygen': SSH, 'ssh-add': SSH } as const;

type Program = keyof typeof PASSED_ON;

/** Why a program did not do what was asked of it. */
export type ProgramFailure = ExecFileException;

/** Of `captureProgram`. */
export interface CaptureSettings {
  readonly env: Environment;
  /** Variables that rootsweep sets itself. */
  readonly set: Readonly<Record<string, string>>;
  /** Of what it prints. */
  readonly maxBytes: number;
  /** In ms. */
  readonly timeout: number;
}

const runFile = promisify(execFile);

/** No repository can put a program there, and Windows looks for programs in the current folder first. */
const SAFE_FOLDER = parse(homedir()).root;

/**
 * Runs a program to its end. Paths among its arguments must be absolute.
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

/** Starts a program that may ask at the terminal. Paths among its arguments must be absolute. */
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
    // An empty one would stand for the current folder; without any, the system's own folders are searched.
    else passed[name] = keepAbsolute(value ?? '') || undefined;
  }
  return passed;
}

/** A relative entry would find programs in whatever folder rootsweep runs in. */
function keepAbsolute(path: string): string {
  return path.split(delimiter).filter(isAbsolute).join(delimiter);
}
