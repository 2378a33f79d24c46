// Entry point of the inference thread.

import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { SileroModel } from './silero-model.ts';
import { viewBatch, type WorkerInput, type WorkerReply, type WorkerRequest } from './silero-protocol.ts';

if (parentPort === null) throw new Error('silero-worker runs as a worker thread only');
const port = parentPort;
const { modelPath, memory, maxBatch } = workerData as WorkerInput;
const batch = viewBatch(memory, maxBatch);

try {
  const model = await SileroModel.load(modelPath, maxBatch);
  port.on('message', (count: WorkerRequest) => {
    if (count === 0) {
      port.close();
      void model.close();
      return;
    }
    model.run(batch, count).then(
      () => reply(count),
      (error: unknown) => reply({ type: 'inference_failed', message: messageOf(error) }),
    );
  });
} catch (error) {
  reply({ type: 'model_failed', message: messageOf(error) });
  port.close();
}

function reply(message: WorkerReply): void {
  port.postMessage(message);
}
