import type { Worker } from 'node:worker_threads';

/**
 * Lets the voice activity thread die, as its owner sees it. In truth it ends by itself afterwards: to terminate a thread
 * while ONNX Runtime's binding is at work takes the whole process with it.
 */
export function letDie(worker: Worker): void {
  worker.emit('error', new Error('out of memory'));
  worker.postMessage(0);
}
