import type { Health } from '@tertulia/protocol'
import type { CallOptions, Request } from './request.ts'

export class HealthChecks {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** The process answers. */
  async live(options?: CallOptions): Promise<Health> {
    return (await this.#request<Health>('GET', '/health/live', { retry: false, ...options })).body
  }

  /** It takes requests. @throws ProblemError 503 while it does not */
  async ready(options?: CallOptions): Promise<Health> {
    return (await this.#request<Health>('GET', '/health/ready', { retry: false, ...options })).body
  }
}
