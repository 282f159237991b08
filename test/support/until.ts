/** Looks again and again, for what nobody tells. */
export async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  while (!await isDone()) await new Promise((resolve) => setTimeout(resolve, 2));
}
