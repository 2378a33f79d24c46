// A bare uWebSockets.js server that greets and then listens: the floor of `npm run bench -- idle`.
import { App, us_socket_local_port } from 'uWebSockets.js';

const greeting = JSON.stringify({ type: 'session.created' });
App()
  .ws('/*', {
    maxPayloadLength: 1024 * 1024,
    idleTimeout: 0,
    sendPingsAutomatically: false,
    open: (socket) => {
      socket.send(greeting);
    },
  })
  .listen('127.0.0.1', 0, (listening) => {
    if (listening) console.log(`listening on http://127.0.0.1:${us_socket_local_port(listening)}`);
  });
process.once('SIGTERM', () => process.exit(0));
