import type { FastifyRequest } from 'fastify'
import { authorityOf } from '../plugins/hosts.ts'

/** The address that the reader used. */
export const usedUrl = (request: FastifyRequest): string =>
  `${request.protocol === 'https' ? 'https' : 'http'}://${authorityOf(request) ?? 'localhost'}`
