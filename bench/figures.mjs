import { readFileSync } from 'node:fs'

/** In ms, on a clock that all threads and processes of this machine share. */
export const nowMs = () => Number(process.hrtime.bigint() / 1000n) / 1000

export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (values) => percentile(values, 0.5)

/** CPU seconds that a process has used, all its threads together (Linux). */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Memory that a process has in use, in KiB. */
export const residentKib = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1])
