/** What `start` loads, only when it starts a server: together, so that the program finds all of it in one file. */
export { fastify as Fastify } from 'fastify'
export { chatServer } from './app.ts'
export { chatServerOptions } from './root-options.ts'
