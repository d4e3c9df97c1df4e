/** `permission denied`, out of `EACCES: permission denied, open '/x'`: what the operating system has to say about a failure. */
export function systemReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return /^[A-Z0-9]+: ([^,]+),/.exec(message)?.[1] ?? message
}
