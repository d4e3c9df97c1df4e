import type { FastifySchema } from 'fastify'
import fp from 'fastify-plugin'
import { bodyTypes } from './bodies.ts'

/** One route, as it describes itself. */
export interface Operation {
  method: string
  url: string
  schema: FastifySchema
  /** Media types that its body may have. */
  bodyTypes: readonly string[]
  /** Plugins that guard it, by name. */
  plugins: readonly string[]
}

const guards = ['draining', 'backlogs', 'auth', 'scopes', 'user-limits', 'address-limit', 'sign-in-limit']

/** Notes every route that is registered from here on; HEAD, which is GET without its body, is left out. */
export const noteOperations = fp<{ operations: Operation[] }>(
  async (app, { operations }) => {
    app.addHook('onRoute', function (route) {
      const schema = route.schema ?? {}
      // An app around this one may describe its routes too; ours need our schemas, which it does not have.
      schema.hide = true
      const plugins = guards.filter((name) => this.hasPlugin(name))
      for (const method of [route.method].flat()) {
        if (method !== 'HEAD') operations.push({ method, url: route.url, schema, bodyTypes: bodyTypes(this), plugins })
      }
    })
  },
  { name: 'operations', dependencies: ['json-bodies'] }
)
