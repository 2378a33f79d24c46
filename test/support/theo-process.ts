import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a `theo` that has ended leaves behind. */
export interface TheoOutcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TheoProcess {
  readonly process: ChildProcessWithoutNullStreams;
  /** Resolves when stderr has it. @throws Error when it ends without */
  readonly said: (text: string) => Promise<void>;
  readonly outcome: Promise<TheoOutcome>;
}

/** Runs the built `theo` with its standard streams as pipes. @param env all that it sees of the environment */
export function startTheo(args: readonly string[], env: NodeJS.ProcessEnv): TheoProcess {
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const outcome = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
    stdout,
    stderr,
  }));
  const said = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) {
      if (child.exitCode !== null) throw new Error(`it ended without saying "${text}": ${stderr}`);
      await Promise.race([once(child.stderr, 'data'), once(child, 'exit')]);
    }
  };
  return { process: child, said, outcome };
}
