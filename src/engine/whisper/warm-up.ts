import type { NativeDecodeRequest, NativeDecodeSlot } from '../../native.ts';

/** Enough to warm up, also for a model that always decodes at its full context. */
const fewPositions = 64;

/**
 * Lets every slot decode once, so that no user waits for its memory, its threads and a device's kernels to be set up.
 * @throws what a decode throws
 */
export async function warmUp(
  slots: readonly NativeDecodeSlot[],
  request: NativeDecodeRequest,
): Promise<void> {
  const { audioContext } = request;
  const short = {
    ...request,
    ...(audioContext === 0 ? { audioContext: fewPositions, padding: 'nothing' as const } : {}),
    maxTokens: 1,
  };
  await Promise.all(slots.flatMap((slot) => slot.decode([short])));
}
