import type { Http2SecureServer, Http2Session } from "node:http2";
import type { Socket } from "node:net";
import type { HttpRequest } from "./body.ts";
import type { HttpResponse } from "./respond.ts";

/** An HTTP/1.1 connection, or the session on an HTTP/2 one. */
type Connection = Socket | Http2Session;

/** The connections of a server, so that it can stop without waiting for clients that keep theirs open. */
export class Connections {
  readonly #server: Http2SecureServer;
  readonly #sockets = new Set<Socket>();
  /** How many requests run on each. */
  readonly #running = new Map<Connection, number>();
  #isStopping = false;

  constructor(server: Http2SecureServer) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on("secureConnection", (socket) => {
      if (socket.alpnProtocol !== "h2") this.#keep(socket);
    });
    server.on("session", (session) => this.#keep(session));
    server.on("request", (request, response) => this.#count(request, response));
  }

  /** Takes no new connections, ends those on which nothing runs, then the others as they finish, all after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const [connection, running] of this.#running) {
      if (running === 0) connection.destroy();
      else if ("goaway" in connection) connection.close();
    }
    const cut = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, graceMs);
    await closed;
    clearTimeout(cut);
  }

  #keep(connection: Connection): void {
    // Its handshake was under way when the server was told to stop.
    if (this.#isStopping) return void connection.destroy();
    this.#running.set(connection, 0);
    connection.once("close", () => this.#running.delete(connection));
  }

  #count(request: HttpRequest, response: HttpResponse): void {
    const connection = "stream" in request ? request.stream.session : request.socket;
    if (connection === undefined || !this.#running.has(connection)) return;
    this.#running.set(connection, (this.#running.get(connection) ?? 0) + 1);
    response.once("close", () => this.#ended(connection));
  }

  #ended(connection: Connection): void {
    const running = (this.#running.get(connection) ?? 1) - 1;
    if (this.#running.has(connection)) this.#running.set(connection, running);
    // A session that was asked to close does so after its last stream.
    if (this.#isStopping && running === 0 && !("goaway" in connection)) connection.end();
  }
}
