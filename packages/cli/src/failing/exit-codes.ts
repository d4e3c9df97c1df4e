/** What the number says that the command ends with. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notAllowed: 3,
  notThere: 4,
  conflict: 5,
  tooFast: 6,
  noConnection: 7,
  noAnswer: 8,
  serverError: 9
} as const

/** By the status of a refusal. */
export function exitCodeOfStatus(status: number): number {
  if (status >= 500) return exitCodes.serverError
  switch (status) {
    case 401:
    case 403:
      return exitCodes.notAllowed
    case 404:
    case 410:
      return exitCodes.notThere
    case 408:
      return exitCodes.noAnswer
    case 409:
    case 412:
    case 428:
      return exitCodes.conflict
    case 429:
      return exitCodes.tooFast
    default:
      return exitCodes.usage
  }
}
