/** Wait for work that does not fail, but not longer than until the signal. */
export async function beforeSignal(work: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> {
  let stop = () => {}
  const given = new Promise<void>((resolve) => {
    stop = resolve
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', stop)
  })
  await Promise.race([work, given])
  signal.removeEventListener('abort', stop)
}
