import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SlowNetworkOptions {
  /** There and back. */
  readonly roundTripMs: number;
  /** Share of chunks that are lost and sent again, 0..1: TCP's retransmission timeout holds up all that follows. */
  readonly lossShare: number;
}

/** Linux' shortest retransmission timeout. */
const retransmissionMs = 200;

/** A TCP proxy that makes a connection feel long and lossy. */
export interface SlowNetwork {
  /** HOST:PORT to use instead of the target's. */
  readonly address: string;
  close(): void;
}

/** Puts a slow network before `host:port`. Works without privileges, unlike the kernel's own network emulation. */
export async function slowNetwork(
  host: string,
  port: number,
  options: SlowNetworkOptions,
): Promise<SlowNetwork> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host, port, noDelay: true });
    near.setNoDelay(true);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    carry(near, far, options);
    carry(far, near, options);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Hands chunks over late, in order. */
function carry(from: Socket, to: Socket, { roundTripMs, lossShare }: SlowNetworkOptions): void {
  const waiting: (() => void)[] = [];
  let earliestMs = 0;
  const later = (deliver: () => void): void => {
    const lostMs = Math.random() < lossShare ? retransmissionMs : 0;
    earliestMs = Math.max(earliestMs, performance.now() + roundTripMs / 2 + lostMs);
    waiting.push(deliver);
    // Timers of different lengths that are due at the same moment may swap places: each delivers the oldest.
    setTimeout(() => waiting.shift()?.(), earliestMs - performance.now());
  };
  from.on('data', (chunk) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('close', () => later(() => to.destroy()));
}
