import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { comparedPassword } from '@tertulia/protocol'
import type { ScryptCost, StoredPassword } from '../stores/records.ts'
import { ChatError } from './chat-error.ts'

/** Makes a hash of a password: the work that guessing costs. */
export type Derive = (password: string, salt: Uint8Array, cost: ScryptCost) => Promise<Uint8Array>

export interface PasswordsOptions {
  /** What a new hash costs. */
  cost?: ScryptCost
  derive?: Derive
  /** Hashes that are made at the same time, and that may wait for that. */
  atOnce?: number
  waitingMax?: number
}

/** As much work as OWASP recommends of scrypt, with the least memory that it recommends it with but one: 32 MiB. */
const costDefault: ScryptCost = { cost: 2 ** 15, blockSize: 8, parallelization: 3 }
const saltBytes = 16
const hashBytes = 32
/** What waits longer than a client is of no use any more. */
const waitingMaxDefault = 30
const retryAfterSeconds = 5

/**
 * Passwords are kept as scrypt makes them, each with the parameters it was made with. Some are made at a time, so that others keep a
 * processor; and whoever asks for somebody who is not here, or has no password, costs what anybody else does.
 */
export class Passwords {
  readonly #cost: ScryptCost
  readonly #derive: Derive
  readonly #waitingMax: number
  /** Compared where there is no password: nothing equals it. */
  readonly #nobody: StoredPassword
  readonly #waiting: (() => void)[] = []
  #free: number

  constructor({
    cost = costDefault,
    derive = deriveByScrypt,
    atOnce = Math.max(1, Math.floor(availableParallelism() / 2)),
    waitingMax = waitingMaxDefault
  }: PasswordsOptions = {}) {
    this.#cost = cost
    this.#derive = derive
    this.#waitingMax = waitingMax
    this.#free = atOnce
    this.#nobody = { ...cost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) }
  }

  /** @throws ChatError busy */
  async toStored(password: string): Promise<StoredPassword> {
    const salt = randomBytes(saltBytes)
    return { ...this.#cost, salt, hash: await this.#made(password, salt, this.#cost) }
  }

  /** @throws ChatError busy */
  async isRight(password: string, stored: StoredPassword | null | undefined): Promise<boolean> {
    const { salt, hash, ...cost } = stored ?? this.#nobody
    return timingSafeEqual(await this.#made(password, salt, cost), hash)
  }

  /** Whether it was made with other parameters than new ones are. */
  isOutdated({ cost, blockSize, parallelization }: StoredPassword): boolean {
    return cost !== this.#cost.cost || blockSize !== this.#cost.blockSize || parallelization !== this.#cost.parallelization
  }

  async #made(password: string, salt: Uint8Array, cost: ScryptCost): Promise<Uint8Array> {
    if (this.#free > 0) this.#free--
    else await this.#turn()
    try {
      return await this.#derive(comparedPassword(password), salt, cost)
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) {
      const detail = `The server is checking too many passwords at the moment. Try again in ${retryAfterSeconds} s.`
      throw new ChatError('busy', detail, { retryAfterSeconds })
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}

const deriveByScrypt: Derive = (password, salt, { cost, blockSize, parallelization }) =>
  new Promise((resolve, reject) => {
    const maxmem = 256 * blockSize * (cost + parallelization + 2) // twice what it needs
    scrypt(password, salt, hashBytes, { cost, blockSize, parallelization, maxmem }, (error, hash) => {
      if (error) reject(error)
      else resolve(hash)
    })
  })
