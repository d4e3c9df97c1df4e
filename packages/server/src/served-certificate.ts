import type { Server } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import {
  type Certificate,
  CertificateError,
  type CertificateFiles,
  isForEverybody,
  readCertificate
} from './connections/certificate.ts'
import { isHttps } from './connections/https.ts'
import type { Logger } from './log.ts'

const dayMs = 24 * 3_600_000
/** From when on it is said, each day, that a certificate ends. */
const endsSoonMs = 14 * dayMs

/** The certificate in force. Its files are read again when they were replaced; connections that are open keep the one that they began with. */
export class ServedCertificate {
  readonly #files: CertificateFiles
  readonly #log: Logger
  readonly #servers: HttpsServer[] = []
  #current: Certificate

  /** @throws CertificateError */
  constructor(files: CertificateFiles, log: Logger) {
    this.#files = files
    this.#log = log
    this.#current = readCertificate(files)
    this.#look()
    setInterval(() => this.#look(), dayMs).unref()
  }

  get current(): Certificate {
    return this.#current
  }

  /** Let this server be one of those that have it. */
  serve(server: Server): void {
    if (isHttps(server)) this.#servers.push(server)
  }

  /** Read the files again. What cannot be used is logged, and changes nothing. */
  renew(): void {
    try {
      this.#current = readCertificate(this.#files)
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error
      this.#log.error(`The certificate was not renewed, and the previous one stays in force: ${error.message}`)
      return
    }
    for (const server of this.#servers) server.setSecureContext(this.#current)
    this.#log.info({ until: new Date(this.#current.validToMs).toISOString() }, 'certificate read again')
    this.#look()
  }

  #look(): void {
    const { cert, key } = this.#files
    const { validFromMs, validToMs } = this.#current
    const until = new Date(validToMs).toISOString()
    if (isForEverybody(key)) this.#log.warn(`Every user of this machine can read ${key}. Close it: chmod o-r ${key}`)
    if (validFromMs > Date.now())
      this.#log.warn(`The certificate in ${cert} is not valid yet. Is the clock of this machine right?`)
    if (validToMs < Date.now() + endsSoonMs)
      this.#log.warn({ until }, `The certificate in ${cert} ends soon. Renew it, and send SIGHUP.`)
  }
}
