import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { comparedPassword } from '@tertulia/protocol'
import type { ScryptCost, StoredPassword } from '../stores/records.ts'
import { ChatError } from './chat-error.ts'
import { FairQueue } from './fair-queue.ts'

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
/**
 * Half of the processors, and no more than half of the four threads that Node has for such work, for files and for names. Each takes the
 * memory that one hash takes.
 */
const atOnceDefault = Math.min(2, Math.max(1, Math.floor(availableParallelism() / 2)))
/** What waits longer than a client is of no use any more. */
const waitingMaxDefault = 30
const retryAfterSeconds = 5

/**
 * Passwords are kept as scrypt makes them, each with the parameters it was made with. A few hashes are made at a time, so that others
 * keep a processor, and by turns of the addresses that ask, so that none keeps others waiting. To ask for somebody who is not here, or
 * has no password, costs what it costs for anybody else.
 */
export class Passwords {
  readonly #cost: ScryptCost
  readonly #derive: Derive
  readonly #queue: FairQueue
  /** Compared where there is no password: nothing equals it. */
  readonly #nobody: StoredPassword

  constructor({
    cost = costDefault,
    derive = deriveByScrypt,
    atOnce = atOnceDefault,
    waitingMax = waitingMaxDefault
  }: PasswordsOptions = {}) {
    this.#cost = cost
    this.#derive = derive
    this.#queue = new FairQueue({ atOnce, waitingMax, refusal: tooMany })
    this.#nobody = { ...cost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) }
  }

  /**
   * @param address  where it is asked for
   * @throws ChatError busy
   */
  async toStored(password: string, address: string): Promise<StoredPassword> {
    const salt = randomBytes(saltBytes)
    return { ...this.#cost, salt, hash: await this.#made(password, salt, this.#cost, address) }
  }

  /**
   * @param address  where it is asked for
   * @throws ChatError busy
   */
  async isRight(password: string, stored: StoredPassword | null | undefined, address: string): Promise<boolean> {
    const { salt, hash, ...cost } = stored ?? this.#nobody
    return timingSafeEqual(await this.#made(password, salt, cost, address), hash)
  }

  /** Whether it was made with other parameters than new ones are. */
  isOutdated({ cost, blockSize, parallelization }: StoredPassword): boolean {
    return cost !== this.#cost.cost || blockSize !== this.#cost.blockSize || parallelization !== this.#cost.parallelization
  }

  #made(password: string, salt: Uint8Array, cost: ScryptCost, address: string): Promise<Uint8Array> {
    return this.#queue.run(address, () => this.#derive(comparedPassword(password), salt, cost))
  }
}

const tooMany = (): ChatError =>
  new ChatError('busy', `The server is checking too many passwords at the moment. Try again in ${retryAfterSeconds} s.`, {
    retryAfterSeconds
  })

const deriveByScrypt: Derive = (password, salt, { cost, blockSize, parallelization }) =>
  new Promise((resolve, reject) => {
    const maxmem = 256 * blockSize * (cost + parallelization + 2) // twice what it needs
    scrypt(password, salt, hashBytes, { cost, blockSize, parallelization, maxmem }, (error, hash) => {
      if (error) reject(error)
      else resolve(hash)
    })
  })
