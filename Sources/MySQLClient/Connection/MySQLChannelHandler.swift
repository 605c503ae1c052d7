import ColumnarBytes
import MySQLProtocol
import NIOCore
import NIOSSL

/// Frames packets in place, hands rows and events to the consumer, feeds everything else to the state machine and
/// carries out what that says.
///
/// Bound to its event loop: every method must be called there. Back pressure: while the consumer is paused the handler
/// swallows the channel's `read`, so that bytes stay in the kernel and then at the server.
final class MySQLChannelHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private let eventLoop: any EventLoop
    private let login: Login
    private let makeTLSHandler: @Sendable () throws -> NIOSSLClientHandler
    private var machine: ConnectionStateMachine
    private var framer = PacketFramer()
    private var connected: EventLoopPromise<Handshake>?
    private var queue: [PendingCommand] = []
    private var running: PendingCommand? {
        didSet { consumer = running?.consumer }
    }
    /// The running command's, kept apart from it: it is read for every row.
    private var consumer: (any PacketConsumer)?
    private var context: ChannelHandlerContext?
    private var timeout: Scheduled<Void>?
    private var silence: SilenceWatch?

    private var unread = ByteBuffer()
    private var isProcessing = false
    private var isPaused = false
    private var isReadWithheld = false
    /// Why nothing more can be done; set once.
    private var end: (any Error)?

    init(
        login: Login,
        eventLoop: any EventLoop,
        connected: EventLoopPromise<Handshake>,
        makeTLSHandler: @escaping @Sendable () throws -> NIOSSLClientHandler
    ) {
        self.login = login
        self.eventLoop = eventLoop
        self.connected = connected
        self.makeTLSHandler = makeTLSHandler
        machine = ConnectionStateMachine(login: login)
    }

    // MARK: Commands

    /// Sends a command, after those before it.
    func submit(_ command: PendingCommand) {
        if let end { return command.fail(ConnectionFailure.afterwards(end, address: login.address)) }
        queue.append(command)
        startNext()
    }

    /// Sends part of the data of `LOAD DATA LOCAL`; an empty part ends it.
    func sendLocalData(_ data: ByteBuffer, promise: EventLoopPromise<Void>) {
        guard let context, end == nil else { return promise.fail(end ?? lostConnection()) }
        if data.readableBytes == 0 { machine.localDataEnded() }
        var data = data
        repeat {
            // Small enough for every max_allowed_packet.
            let part = data.readSlice(length: min(data.readableBytes, 1 << 20)) ?? ByteBuffer()
            writePacket(part, to: context, promise: data.readableBytes == 0 ? promise : nil)
        } while data.readableBytes > 0
        context.flush()
    }

    /// The consumer has room again.
    func resume() {
        guard isPaused else { return }
        isPaused = false
        silence?.heard()
        do {
            if case .pause? = try consumer?.continueAfterPause() { isPaused = true }
        } catch {
            return fail(error)
        }
        process()
        if !isPaused, isReadWithheld, let context {
            isReadWithheld = false
            context.read()
        }
    }

    /// Says goodbye if nothing is running, and closes.
    func close(_ error: any Error) {
        if let context, machine.isIdle, end == nil {
            framer.restartSequence()
            writePacket(ByteBuffer(bytes: Command.quit.encoded()), to: context, promise: nil)
            context.flush()
        }
        fail(error)
    }

    /// Ends everything with `error` and closes the channel.
    func fail(_ error: any Error) {
        guard end == nil else { return }
        end = error
        machine.closed()
        stopClocks()
        unread = ByteBuffer()
        connected?.fail(error)
        connected = nil
        running?.fail(error)
        running = nil
        for command in queue { command.fail(ConnectionFailure.afterwards(error, address: login.address)) }
        queue = []
        context?.close(promise: nil)
    }

    private func startNext() {
        guard running == nil, machine.isIdle, !queue.isEmpty, let context else { return }
        let command = queue.removeFirst()
        running = command
        framer.restartSequence()
        machine.commandSent(command.kind)
        if let amount = command.timeout {
            timeout = eventLoop.assumeIsolated().scheduleTask(in: amount) {
                self.fail(
                    MySQLError(.timeout, "the server at \(self.login.address) did not finish in \(amount.seconds) s")
                )
            }
        }
        if let amount = command.silenceMax {
            silence = SilenceWatch(eventLoop: eventLoop, limit: amount) {
                guard !self.isPaused else { return }
                self.fail(
                    MySQLError(.timeout, "nothing came from the server at \(self.login.address) in \(amount.seconds) s")
                )
            }
        }
        writePayload(command.command.encoded(), to: context)
    }

    private func stopClocks() {
        timeout?.cancel()
        timeout = nil
        silence?.stop()
        silence = nil
    }

    private func finishRunning(_ result: Result<OKPacket, any Error>) {
        stopClocks()
        let command = running
        running = nil
        switch result {
        case .success(let packet): command?.succeed(packet)
        case .failure(let error): command?.fail(error)
        }
        startNext()
    }

    // MARK: Reading

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(lostConnection())
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard end == nil else { return }
        var buffer = unwrapInboundIn(data)
        silence?.heard()
        if unread.readableBytes == 0 { unread = buffer } else { unread.writeBuffer(&buffer) }
        process()
        // The consumer's own time is no silence either.
        silence?.heard()
    }

    func read(context: ChannelHandlerContext) {
        if isPaused { isReadWithheld = true } else { context.read() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(lostConnection())
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(ConnectionFailure.translate(error, address: login.address, isConnecting: machine.isConnecting))
    }

    private func lostConnection() -> MySQLError {
        let code: MySQLError.Code = machine.isConnecting ? .connectionFailed : .closed
        return MySQLError(code, "the connection to \(login.address) was lost")
    }

    /// Takes packets from what was read until it is used up, the consumer pauses or the connection ends.
    private func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        while unread.readableBytes > 0 && !isPaused && end == nil {
            var buffer = unread
            unread = ByteBuffer()
            do {
                let used = try buffer.withUnsafeReadableBytes { try process($0) }
                buffer.moveReaderIndex(forwardBy: used)
            } catch {
                return fail(error)
            }
            if end == nil, buffer.readableBytes > 0 {
                buffer.writeBuffer(&unread)
                unread = buffer
            }
        }
    }

    private func process(_ bytes: UnsafeRawBufferPointer) throws -> Int {
        var offset = 0
        while end == nil, !isPaused, let packet = try framer.next(in: bytes, from: &offset) {
            guard packet.isInOrder else {
                perform(machine.receivedOutOfOrder(packet.payload), hasMore: false)
                continue
            }
            // The first byte of a row is at most 0xFB, but for a first value of 16 MiB and more (0xFE).
            let first = packet.payload.first ?? 0xFF
            switch machine.flow {
            case .rows where first < 0xFE || (first == 0xFE && packet.payload.count >= PacketFramer.payloadBytesMax):
                try consume(packet.payload, in: packet.storage)
            case .events where first == OKPacket.kind:
                try consume(UnsafeRawBufferPointer(rebasing: packet.payload.dropFirst()), in: packet.storage)
            case .packets, .rows, .events:
                perform(machine.received(packet.payload), hasMore: offset < bytes.count)
            }
        }
        return offset
    }

    private func consume(_ payload: UnsafeRawBufferPointer, in storage: GrowableBytes?) throws {
        guard let consumer else {
            throw MySQLError(.protocolViolation, "\(login.address) sent unexpected rows")
        }
        if case .pause = try consumer.consume(payload, in: storage) { isPaused = true }
    }

    // MARK: Acting

    private func perform(_ action: ConnectionStateMachine.Action, hasMore: Bool) {
        guard let context else { return }
        switch action {
        case .wait:
            break
        case .send(let payload):
            writePayload(payload, to: context)
        case .startTLS(let request):
            startTLS(request, hasMore: hasMore, context: context)
        case .sendEncryptedPassword(let publicKey, let nonce):
            do {
                let encrypted = try PasswordEncryption.encrypt(
                    password: login.password,
                    nonce: nonce,
                    publicKey: publicKey
                )
                writePayload(encrypted, to: context)
            } catch {
                fail(error)
            }
        case .connected(let handshake):
            connected?.succeed(handshake)
            connected = nil
            startNext()
        case .beginRows(let columns):
            do { try running?.beginRows(columns) } catch { fail(error) }
        case .sendLocalData:
            running?.localDataWanted?.succeed(true)
            running?.localDataWanted = nil
        case .finish(let packet):
            finishRunning(.success(packet))
        case .fail(let error):
            finishRunning(.failure(error))
        case .close(let error):
            fail(error)
        }
    }

    private func startTLS(_ request: [UInt8], hasMore: Bool, context: ChannelHandlerContext) {
        // Bytes that came in the clear must not count as if they had come through TLS.
        guard !hasMore, !framer.isInsidePacket else {
            return fail(MySQLError(.protocolViolation, "unexpected data from \(login.address) before TLS"))
        }
        writePayload(request, to: context)
        do {
            try context.pipeline.syncOperations.addHandler(makeTLSHandler(), position: .first)
        } catch {
            return fail(ConnectionFailure.translate(error, address: login.address, isConnecting: true))
        }
        perform(machine.tlsStarted(), hasMore: false)
    }

    // MARK: Writing

    /// Writes one payload as as many packets as it takes: after a full one comes another, if need be an empty one.
    private func writePayload(_ payload: [UInt8], to context: ChannelHandlerContext) {
        var rest = ByteBuffer(bytes: payload)
        var isFull: Bool
        repeat {
            let part = rest.readSlice(length: min(rest.readableBytes, PacketFramer.payloadBytesMax)) ?? ByteBuffer()
            isFull = part.readableBytes == PacketFramer.payloadBytesMax
            writePacket(part, to: context, promise: nil)
        } while isFull
        context.flush()
    }

    private func writePacket(_ part: ByteBuffer, to context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        var part = part
        var header = context.channel.allocator.buffer(
            capacity: PacketFramer.headerBytes + (part.readableBytes < 4096 ? part.readableBytes : 0)
        )
        let length = UInt32(part.readableBytes)
        header.writeInteger(length | UInt32(framer.takeSequence()) << 24, endianness: .little)
        if part.readableBytes < 4096 {
            header.writeBuffer(&part)
            context.write(wrapOutboundOut(header), promise: promise)
        } else {
            context.write(wrapOutboundOut(header), promise: nil)
            context.write(wrapOutboundOut(part), promise: promise)
        }
    }
}
