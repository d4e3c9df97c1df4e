/** What is waited for, or an error when it has not come in time. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let late: NodeJS.Timeout | undefined
  const lateness = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, lateness])
  } finally {
    clearTimeout(late)
  }
}
