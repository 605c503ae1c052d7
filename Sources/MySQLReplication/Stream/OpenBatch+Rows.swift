import ColumnarBytes
import MySQLProtocol
import Warehouse

extension OpenBatch {
    /// Takes in one row of an event: an image, or for an update two.
    ///
    /// - Parameters:
    ///   - incomplete: takes the key of a row of which the event has only some columns.
    ///   - before: takes what the row was.
    func append(
        _ event: RowsEvent,
        _ images: inout ByteCursor,
        _ decoder: RowDecoder,
        to rows: RowBatch,
        incomplete: RowBatch?,
        before: (images: BeforeImages, decoder: RowDecoder)?,
        committedAt: Int64
    ) throws {
        switch event.operation {
        case .write where incomplete != nil:
            guard let incomplete else { return }
            try decoder.decodeKeyOnly(&images, presence: event.after, into: incomplete.columns)
            incomplete.finishRow(ordinal: nextOrdinal(), isDeleted: true, committedAt: committedAt)
            rows.changes.inserts += 1
        case .write:
            try decoder.decodeRow(&images, presence: event.after, into: rows.columns)
            rows.finishRow(ordinal: nextOrdinal(), isDeleted: false, committedAt: committedAt)
            rows.changes.inserts += 1
        case .delete:
            if let before { before.images.append(images, presence: event.before, before.decoder) }
            try decoder.decodeKeyOnly(&images, presence: event.before, into: rows.columns)
            rows.finishRow(ordinal: nextOrdinal(), isDeleted: true, committedAt: committedAt)
            rows.changes.deletes += 1
        case .update:
            let update = try decoder.beginUpdate(&images, of: event)
            if let before { before.images.append(update.before, presence: event.before, before.decoder) }
            if update.isKeyChanged || rows.table.isMultiset {
                var before = update.before
                try decoder.decodeKeyOnly(&before, presence: event.before, into: rows.columns)
                rows.finishRow(ordinal: nextOrdinal(), isDeleted: true, committedAt: committedAt)
            }
            rows.changes.updates += 1
            guard let incomplete else {
                try decoder.decodeRow(&images, presence: event.after, into: rows.columns)
                rows.finishRow(ordinal: nextOrdinal(), isDeleted: false, committedAt: committedAt)
                return
            }
            try decoder.decodeKeyOnly(before: update.before, after: &images, of: event, into: incomplete.columns)
            incomplete.finishRow(ordinal: nextOrdinal(), isDeleted: true, committedAt: committedAt)
        }
    }
}
