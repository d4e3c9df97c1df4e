import fp from 'fastify-plugin'

export interface PublicPathOptions {
  /** Where the paths of this server begin for those who use it. */
  base: string
}

/**
 * Behind a proxy that takes away the beginning of each path, a route does not know the address by which it was asked. It says its
 * own, and here that becomes the one that readers can use.
 */
export const publicPaths = fp<PublicPathOptions>(
  async (app, { base }) => {
    const { prefix } = app
    if (base === prefix) return
    const outside = (path: string) => (path.startsWith(`${prefix}/`) ? base + path.slice(prefix.length) : path)
    app.addHook('onSend', (_request, reply, payload, done) => {
      const location = reply.getHeader('location')
      if (typeof location === 'string') reply.header('location', outside(location))
      const links = reply.getHeader('link')
      if (typeof links === 'string')
        reply.header(
          'link',
          links.replace(/<([^>]*)>/g, (_link, path) => `<${outside(path)}>`)
        )
      done(null, payload)
    })
  },
  { name: 'public-paths' }
)
