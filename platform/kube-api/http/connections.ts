import type { Http2SecureServer, Http2Session } from "node:http2";
import type { Socket } from "node:net";
import type { HttpRequest } from "./body.ts";
import type { HttpResponse } from "./respond.ts";

/** The connections of a server, so that it can stop without waiting for clients that keep theirs open. */
export class Connections {
  readonly #server: Http2SecureServer;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<Http2Session>();
  /** HTTP/1.1 connections and how many requests run on each. */
  readonly #running = new Map<Socket, number>();
  #isStopping = false;

  constructor(server: Http2SecureServer) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      socket.setNoDelay(true);
      keepWhileOpen(this.#sockets, socket);
    });
    server.on("secureConnection", (socket) => {
      if (socket.alpnProtocol === "h2") return;
      this.#running.set(socket, 0);
      socket.once("close", () => this.#running.delete(socket));
    });
    server.on("session", (session) => keepWhileOpen(this.#sessions, session));
    server.on("request", (request, response) => this.#count(request, response));
  }

  /** Takes no new connections, ends those on which nothing runs, then the others as they finish, all after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions) session.close();
    for (const [socket, running] of this.#running) if (running === 0) socket.destroy();
    const cut = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, graceMs);
    await closed;
    clearTimeout(cut);
  }

  #count(request: HttpRequest, response: HttpResponse): void {
    if (request.httpVersionMajor !== 1) return;
    const { socket } = request;
    this.#running.set(socket, (this.#running.get(socket) ?? 0) + 1);
    response.once("close", () => {
      const running = (this.#running.get(socket) ?? 1) - 1;
      if (this.#running.has(socket)) this.#running.set(socket, running);
      if (this.#isStopping && running === 0) socket.end();
    });
  }
}

function keepWhileOpen<T extends Socket | Http2Session>(open: Set<T>, connection: T): void {
  open.add(connection);
  connection.once("close", () => open.delete(connection));
}
