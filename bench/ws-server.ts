// A bare `ws` server that greets and then listens: what `npm run bench -- idle` compares with.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 1024 * 1024 });
server.on('connection', (socket, request) => {
  const session = { query: request.url, lastAudioAtMs: performance.now() };
  socket.on('message', () => {
    session.lastAudioAtMs = performance.now();
  });
  socket.send(JSON.stringify({ type: 'session.created' }));
});
server.on('listening', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    console.log(`listening on http://127.0.0.1:${address.port}`);
});
process.once('SIGTERM', () => process.exit(0));
