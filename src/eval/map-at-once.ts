/** Maps with at most `limit` calls under way. @returns the results in the items' order */
export async function mapAtOnce<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T, worker: number) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Array<R>(items.length);
  const waiting = items.entries();
  const work = async (worker: number): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await map(item, worker);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, (_, worker) => work(worker)));
  return results;
}
