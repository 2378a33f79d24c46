import { createServer } from 'node:net';
import { messageOf, systemCodeOf } from './errors.ts';

const problems: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken',
  EACCES: 'that is not allowed to this user, as ports below 1024 often are not',
  EPERM: 'that is not allowed to this user',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'the name does not resolve to an address of this machine',
  EAI_AGAIN: 'the name cannot be looked up now',
};

/** Why listening on a port has failed, for those whose library does not say: tries it once more. */
export function listenProblem(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(problems[systemCodeOf(error) ?? ''] ?? messageOf(error)));
    server.listen({ host, port, exclusive: true }, () =>
      server.close(() => resolve('the port was taken, and is free again')),
    );
  });
}
