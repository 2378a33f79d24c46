import type { NativeDecodeRequest, NativeDecodeSlot } from '../../native.ts';

/** Of a model that is always heard at its full context, this much is enough here. */
const fewPositions = 64;

/**
 * Lets every slot decode once, so that nobody's first words wait for its memory, its threads and a device's kernels.
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
