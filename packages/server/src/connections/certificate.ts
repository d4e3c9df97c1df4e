import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'

/** Where a certificate and its private key are. */
export interface CertificateFiles {
  cert: string
  key: string
}

/** A certificate with which HTTPS can be spoken: its key belongs to it, and it has not expired. */
export interface Certificate {
  /** In PEM form, as they were read. */
  cert: Buffer
  key: Buffer
  /** Milliseconds since 1970. */
  validFromMs: number
  validToMs: number
  /** Host names that it is for, those with a wildcard left out. */
  names: string[]
  isFor: (host: string) => boolean
}

/** Why a certificate cannot be used; the message is one line that names the file, and says nothing of what is in it. */
export class CertificateError extends Error {}

/** @throws CertificateError */
export function readCertificate(files: CertificateFiles, now = Date.now()): Certificate {
  const [cert, key] = [bytesOf('--tls-cert', files.cert), bytesOf('--tls-key', files.key)]
  const certificate = toCertificate(cert, files.cert)
  if (!certificate.checkPrivateKey(toKey(key, files.key))) {
    throw new CertificateError(`--tls-key ${files.key} does not belong to the first certificate in ${files.cert}.`)
  }
  const [validFromMs, validToMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
  if (validToMs <= now) {
    throw new CertificateError(`--tls-cert ${files.cert} expired on ${certificate.validTo}. Renew it.`)
  }
  try {
    createSecureContext({ cert, key })
  } catch (cause) {
    const { reason, message } = cause as Error & { reason?: string }
    throw new CertificateError(`--tls-cert ${files.cert} cannot be used (${reason ?? message}).`, { cause })
  }
  return {
    cert,
    key,
    validFromMs,
    validToMs,
    names: namesOf(certificate),
    isFor: (host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined
  }
}

/** Whether every user of this machine may read a file, as far as the system tells. */
export function isForEverybody(file: string): boolean {
  try {
    return process.platform !== 'win32' && (statSync(file).mode & 0o004) !== 0
  } catch {
    return false
  }
}

function bytesOf(flag: string, file: string): Buffer {
  try {
    const stats = statSync(file)
    if (stats.isFile()) return readFileSync(file)
    throw new CertificateError(`${flag} ${file} is ${stats.isDirectory() ? 'a folder' : 'not a regular file'}.`) // a pipe might never end
  } catch (cause) {
    if (cause instanceof CertificateError) throw cause
    const { code = '', message } = cause as NodeJS.ErrnoException
    throw new CertificateError(`${flag} ${file} ${unreadable[code] ?? `cannot be read (${message})`}.`, { cause })
  }
}

const unreadable: Record<string, string> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'cannot be read by this user (permission denied)'
}

function toCertificate(pem: Buffer, file: string): X509Certificate {
  if (pem.includes('-----BEGIN CERTIFICATE-----')) {
    try {
      return new X509Certificate(pem)
    } catch {}
  }
  throw new CertificateError(`--tls-cert ${file} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).`)
}

function toKey(pem: Buffer, file: string): KeyObject {
  if (/-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem.toString('latin1'))) {
    throw new CertificateError(
      `--tls-key ${file} is protected by a passphrase. Write it without one: openssl pkey -in KEY -out NEW`
    )
  }
  try {
    return createPrivateKey(pem)
  } catch {
    throw new CertificateError(`--tls-key ${file} holds no private key in PEM form (-----BEGIN PRIVATE KEY-----).`)
  }
}

const namesOf = ({ subjectAltName = '' }: X509Certificate): string[] =>
  [...subjectAltName.matchAll(/DNS:([\w.-]+)(?=,|$)/g)].map(([, name]) => name as string)
