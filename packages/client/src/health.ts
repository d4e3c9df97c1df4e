import type { Health } from '@tertulia/protocol'
import { health } from './answer-shapes.ts'
import type { CallOptions, Request } from './request.ts'

export class HealthChecks {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** The process answers. */
  async live(options?: CallOptions): Promise<Health> {
    return (await this.#request('GET', '/health/live', { retry: false, ...options, fits: health })).body
  }

  /** It takes requests. @throws ProblemError 503 while it does not */
  async ready(options?: CallOptions): Promise<Health> {
    return (await this.#request('GET', '/health/ready', { retry: false, ...options, fits: health })).body
  }
}
