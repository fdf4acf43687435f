/** Runs for every item, so many at once. */
export async function inParallel<T>(width: number, items: T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
