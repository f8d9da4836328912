export { createHttpEndpoint, type HttpEndpoint, type HttpEndpointOptions } from './transport/http-endpoint.ts'
export { type StdioOptions, serveStdio } from './transport/stdio.ts'
