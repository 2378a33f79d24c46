import { systemCodeOf } from '../errors.ts';

/**
 * What holds for every command from its first moment on:
 * - A reader of the results that has gone, as `head` goes, ends the command quietly; results that cannot be written
 *   otherwise are a failure. Messages on stderr that nobody takes are none.
 * - gRPC's library, which reads this when it is loaded, writes no lines of its own on stderr: what fails is told by us.
 * - SIGUSR1 opens no inspector: who may signal a server need not be who may run code in it.
 */
export function setUpProcess(): void {
  process.stdout.on('error', (error) => {
    if (systemCodeOf(error) === 'EPIPE') process.exit();
    console.error(`theo: the output cannot be written: ${error.message}`);
    process.exit(1);
  });
  process.stderr.on('error', () => {});
  process.env.GRPC_VERBOSITY ??= 'NONE';
  process.on('SIGUSR1', () => {});
}
