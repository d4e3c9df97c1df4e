import {
  noRateLimits,
  type Rate,
  type RateLimits,
  type RegistrationMode,
  rateLimitsDefault,
  registrationModes
} from '@tertulia/protocol'
import ipaddr from 'ipaddr.js'
import type { CertificateFiles } from './connections/certificate.ts'
import { basePath } from './requests/base-path.ts'
import { UsageError } from './usage-error.ts'

/** What the value of each flag means. All throw a UsageError that says what is wanted. */

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export type Lab2 = 'local' | 'public'

export function toPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new UsageError(`--port must be a number from 0 to 65535, not “${text}”`)
  return port
}

/** The value may have a password, so it is not repeated. */
export function toStore(text: string, flag = 'store'): string {
  if (isPostgres(text)) return text
  throw new UsageError(`--${flag} must be a URL with a database, such as postgres://chat@db.example.org/chat`)
}

/** As that of the store. Of a cluster of NATS servers, several may be named. */
export function toBus(text: string): string {
  const isNats = text
    .split(',')
    .every((one) => URL.canParse(one) && /^(nats|tls):$/.test(new URL(one).protocol) && new URL(one).host !== '')
  if (isNats || isPostgres(text)) return text
  throw new UsageError('--bus must be the URL of NATS or of a PostgreSQL database, such as nats://bus.example.org:4222')
}

/** With a database: `postgres:chat` is a URL too, but neither a host nor a database is in it. */
export function isPostgres(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, pathname } = new URL(text)
  return /^postgres(ql)?:$/.test(protocol) && /^\/./.test(pathname)
}

/** As it may be shown and logged. */
export function withoutPassword(store: string): string {
  const url = new URL(store)
  url.password = ''
  url.searchParams.delete('password')
  return url.href
}

export function toSeconds(text: string): number {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (seconds === 0) throw new UsageError(`--erase-within must be a number of seconds from 1 to 9999, not “${text}”`)
  return seconds
}

export function toStopDelay(text: string): number {
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds <= 600)) throw new UsageError(`--stop-delay must be a number of seconds from 0 to 600, not “${text}”`)
  return seconds
}

export function toMinutes(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`--stream-age must be a number of minutes, 0 for never, not “${text}”`)
  return Number(text)
}

function toUrl(flag: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash) return url
  throw new UsageError(`--${flag} must be a URL such as https://chat.example.org, not “${text}”`)
}

export function toPublicUrl(text: string): string {
  const { href } = toUrl('public-url', text)
  try {
    basePath(href)
  } catch (error) {
    throw new UsageError(`--public-url: ${(error as Error).message}`, { cause: error })
  }
  return href.replace(/\/+$/, '')
}

export function toOrigin(flag: string, text: string): string {
  const { origin, pathname } = toUrl(flag, text)
  if (pathname !== '/') throw new UsageError(`--${flag} must end after the host, as in ${origin}, not “${text}”`)
  return origin
}

export function toRegistration(text: string): RegistrationMode {
  const mode = registrationModes.find((known) => known === text)
  if (!mode) throw new UsageError(`--registration must be one of ${registrationModes.join(', ')}, not “${text}”`)
  return mode
}

export function toLab2(text: string): Lab2 {
  if (text === 'local' || text === 'public') return text
  throw new UsageError(`--lab2 takes no value but =public, not “${text}”`)
}

/** What is given replaces the default of the same name; the others stay. */
export function toLimits(text: string): RateLimits {
  if (text === 'off') return noRateLimits
  const limits = { ...rateLimitsDefault }
  for (const part of text.split(',')) {
    if (part.trim() === '') continue
    const [name = '', value = ''] = part.trim().split('=')
    if (name === 'streams') limits.streams = value === 'off' ? null : toCount(value)
    else if (name === 'send' || name === 'reads' || name === 'register' || name === 'signin')
      limits[name] = value === 'off' ? null : toRate(name, value)
    else throw new UsageError(`--limits can set send, reads, register, signin and streams, not “${name}”`)
  }
  return limits
}

function toRate(name: string, text: string): Rate {
  const [, burst, times, unit = ''] = /^([1-9]\d{0,8})\+([1-9]\d{0,8})\/(s|min|h)$/.exec(text) ?? []
  if (burst === undefined) {
    throw new UsageError(
      `--limits ${name} must be off or like 60+5/s (60 at once, then 5 a second; /min and /h too), not “${text}”`
    )
  }
  return { burst: Number(burst), perSecond: Number(times) / (secondsOf[unit] as number) }
}

const secondsOf: Record<string, number> = { s: 1, min: 60, h: 3_600 }

function toCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--limits streams must be off or a whole number, not “${text}”`)
  return Number(text)
}

export function toNetwork(text: string): string {
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
  const isNetwork = ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text)
  const isEverybody = /\/0+$/.test(text)
  if ((isAddress || isNetwork) && !isEverybody) return text
  throw new UsageError(`--trust-proxy must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8, not “${text}”`)
}

export function toCertificateFiles(cert: string | undefined, key: string | undefined): CertificateFiles | undefined {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined) throw new UsageError('--tls-key needs --tls-cert beside it, the certificate that the key belongs to')
  if (key === undefined) throw new UsageError('--tls-cert needs --tls-key beside it, the private key of the certificate')
  return { cert, key }
}

export function toLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text)
  if (!level) throw new UsageError(`--log-level must be one of ${logLevels.join(', ')}, not “${text}”`)
  return level
}
