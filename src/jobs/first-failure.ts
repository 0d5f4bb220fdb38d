/**
 * What has to be done after a failure, such as giving a lease back, often fails of the same cause. Then the first failure is
 * the one to tell; the second stands beside it, for the log.
 * @throws `first`, always
 */
export async function failWith(first: unknown, afterwards: () => Promise<void>): Promise<never> {
  try {
    await afterwards();
  } catch (second) {
    if (first instanceof Error && second !== first) Object.assign(first, { afterwards: second });
  }
  throw first;
}
