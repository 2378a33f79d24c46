// Preloaded into a measured server: at SIGUSR2 it collects all garbage, and says so on stdout.
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

process.on('SIGUSR2', async () => {
  // Finalizers of one round leave garbage to the next.
  for (let round = 0; round < 4; round++) {
    collect();
    await sleep(200);
  }
  console.log('collected');
});
