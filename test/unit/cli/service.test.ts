import { expect, it } from 'vitest';
import { runService } from '#theo/cli/service.js';
import { createLogger } from '#theo/observability/logger.js';
import { unlessAborted } from '#theo/unless-aborted.js';

const log = createLogger({ format: 'json', level: 'silent' });

it('a signal ends a service that is not ready yet', async () => {
  const running = runService((signal) => unlessAborted(new Promise(() => {}), signal), log, 'closing');
  process.emit('SIGTERM', 'SIGTERM');
  await running;
});

it('what fails while it opens is thrown', async () => {
  const failing = runService(() => Promise.reject(new Error('no model')), log, 'closing');
  await expect(failing).rejects.toThrow('no model');
});
