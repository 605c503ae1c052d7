import ColumnarBytes

/// `XA_PREPARE_LOG_EVENT`: ends the binlog's part of an XA transaction. Its rows came before; a later `XA COMMIT` or
/// `XA ROLLBACK` (a query event of its own GTID) decides, except where it is one-phase, which commits immediately.
public struct XAPrepareEvent: Equatable, Sendable {
    public let isOnePhase: Bool
    public let formatID: Int32
    /// The global part of the identifier, at most 64 bytes.
    public let globalTransactionID: [UInt8]
    /// The branch part of the identifier, at most 64 bytes.
    public let branchQualifier: [UInt8]

    /// - Throws: ``BinlogError``; `ByteCursorError`.
    init(decoding bytes: inout ByteCursor) throws {
        isOnePhase = try bytes.read(UInt8.self) != 0
        formatID = try bytes.read()
        let globalLength = try bytes.read(UInt32.self)
        let branchLength = try bytes.read(UInt32.self)
        guard globalLength <= 64, branchLength <= 64 else {
            throw BinlogError.malformed(
                type: BinlogEventType.xaPrepare.rawValue,
                reason: "an identifier above 64 bytes"
            )
        }
        globalTransactionID = Array(try bytes.readBytes(Int(globalLength)))
        branchQualifier = Array(try bytes.readBytes(Int(branchLength)))
    }
}
