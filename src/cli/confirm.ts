import { createInterface } from 'node:readline/promises';

/** Whether somebody sits there who can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks on the terminal; an end of the input is a no.
 * @param otherwise what an empty line means
 */
export async function confirm(question: string, otherwise: boolean): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new AbortController();
  terminal.once('close', () => ended.abort());
  // Ctrl-C at a question ends the command as it does elsewhere.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const hint = otherwise ? '[Y/n]' : '[y/N]';
    const answer = (await terminal.question(`${question} ${hint} `, { signal: ended.signal })).trim();
    return answer === '' ? otherwise : /^y(es)?$/i.test(answer);
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    process.stderr.write('\n');
    return false;
  } finally {
    terminal.close();
  }
}
