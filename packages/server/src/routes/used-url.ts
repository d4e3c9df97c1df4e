import type { FastifyRequest } from 'fastify'

/** The address that the reader used. */
export const usedUrl = ({ protocol, headers }: FastifyRequest): string =>
  `${protocol === 'https' ? 'https' : 'http'}://${headers.host ?? 'localhost'}`
