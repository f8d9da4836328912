import type { Server } from 'node:http'
import type { Socket } from 'node:net'

export interface OpenConnections {
  /** Makes every answer that is under way, and has not begun, say `Connection: close`. */
  closeAfterAnswer(): void
  /** Closes connections that no request is on, with those that Node does not call idle since none ever was. */
  closeUnused(): void
}

/**
 * Knows a server's connections, so that draining costs the requests before it nothing: a look at each answer would cost
 * every request of the server's life.
 */
export function trackConnections(server: Server): OpenConnections {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return {
    closeAfterAnswer() {
      for (const socket of sockets) {
        const answer = answerUnderWay(socket)
        if (answer !== undefined) answer.shouldKeepAlive = false
      }
    },
    closeUnused() {
      server.closeIdleConnections()
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    },
  }
}

/** Node hangs the answer that is under way on its socket. It has no public name for it. */
export function answerUnderWay(socket: Socket): { headersSent: boolean; shouldKeepAlive: boolean } | undefined {
  const answer: unknown = Reflect.get(socket, '_httpMessage')
  return isAnswer(answer) ? answer : undefined
}

function isAnswer(value: unknown): value is { headersSent: boolean; shouldKeepAlive: boolean } {
  return typeof value === 'object' && value !== null && 'headersSent' in value && 'shouldKeepAlive' in value
}
