import LeatState
import MySQLProtocol
import MySQLSchema
import Testing
import Warehouse

@testable import MySQLReplication

/// Single steps that histories found missing or wrong.
@Suite("Steps in the life of a table")
struct TableLifecycleTests {
    private static let name = TableName(database: "shop", table: "t")
    private static let definition = TableDefinition(
        name: name,
        columns: [
            ColumnDefinition(name: "id", columnType: "int", isNullable: false),
            ColumnDefinition(name: "until", columnType: "date", isNullable: true),
            ColumnDefinition(name: "since", columnType: "datetime(3)", isNullable: false),
        ],
        primaryKey: ["id"]
    )
    private static let dates = RawTable(
        columns: ["id Int32", "until Nullable(Date32)", "since DateTime64(3, 'UTC')"],
        sortingKey: ["id"],
        newestBatch: 4
    )

    private static func lifecycle(carriesDatesAsText: Bool = true) -> TableLifecycle {
        TableLifecycle(
            isWanted: { _ in true },
            warehouseDatabase: { $0 },
            carriesDatesAsText: { _ in carriesDatesAsText }
        )
    }

    private static func copying(carriesDatesAsText: Bool = true) throws -> TableLifecycle {
        var lifecycle = lifecycle(carriesDatesAsText: carriesDatesAsText)
        lifecycle.commit(try #require(lifecycle.step(for: adopted(raw: nil))))
        return lifecycle
    }

    private static func adopted(_ definition: TableDefinition = definition, raw: RawTable?) -> TableEvent {
        .adopted(definition, raw: raw, generation: 0, number: 5, server: "server")
    }

    private static func refused(_ column: Int, _ error: ColumnValueError) throws -> TableEvent {
        let mapping = try TableMapping(definition, database: "shop")
        return .refused(name, ValueRefusal.refusal(error, column: column, of: mapping))
    }

    private static func row(of table: String) -> BinlogWriter.Piece {
        .rows(.init(table: table, changes: [.insert(id: 1, v: 1)]))
    }

    @Test("a date that only text can hold has its table copied again, the column converted in place")
    func dateText() throws {
        var lifecycle = try Self.copying()
        let refused = try #require(lifecycle.step(for: try Self.refused(1, .outOfRange)))
        #expect(refused.entry.state.phase == .waiting && refused.entry.state.cause.contains("`until`"))
        #expect(refused.finish.contains(.leaveOut))
        lifecycle.commit(refused)
        // Another column of a row that had come before.
        lifecycle.commit(try #require(lifecycle.step(for: try Self.refused(2, .zeroOrPartialDate))))
        let copied = try #require(lifecycle.step(for: Self.adopted(raw: Self.dates)))
        let table = try #require(copied.entry.mapping?.warehouse)
        #expect(table.columns.map(\.type) == ["Int32", "Nullable(String)", "String"])
        #expect(copied.prepare.contains(.convertToText(Array(table.columns[1...]), of: table, floor: 0)))
        #expect(!copied.prepare.contains { if case .setAside = $0 { true } else { false } })
        // A start knows it.
        let stored = try StoredDefinition(json: copied.entry.state.definition).definition(of: Self.name)
        #expect(stored.columns.map(\.isDateText) == [false, true, true])
    }

    @Test("a date in a key cannot be converted in place")
    func dateKey() throws {
        var definition = Self.definition
        definition.columns[1].isNullable = false
        definition.primaryKey = ["until"]
        var lifecycle = Self.lifecycle()
        lifecycle.commit(try #require(lifecycle.step(for: Self.adopted(definition, raw: nil))))
        lifecycle.commit(try #require(lifecycle.step(for: try Self.refused(1, .outOfRange))))
        var raw = Self.dates
        raw.columns[1] = "until Date32"
        raw.sortingKey = ["until"]
        // Its name is saved before anything has it.
        let waiting = try #require(lifecycle.step(for: Self.adopted(definition, raw: raw)))
        #expect(waiting.entry.state.phase == .waiting && waiting.entry.state.replaces == "t__replaced_5")
        lifecycle.commit(waiting)
        let copied = try #require(lifecycle.step(for: Self.adopted(definition, raw: raw)))
        let table = try #require(copied.entry.mapping?.warehouse)
        #expect(copied.prepare.contains(.replace(by: table, as: "t__replaced_5", floor: 0, keepsCopied: false)))
    }

    @Test("with dates: error, and for any other value, the table is quarantined")
    func quarantined() throws {
        let lifecycle = try Self.copying(carriesDatesAsText: false)
        let refused = try #require(lifecycle.step(for: try Self.refused(1, .outOfRange)))
        #expect(refused.entry.state.phase == .quarantined)
        let malformed = try #require(try Self.copying().step(for: try Self.refused(1, .malformed)))
        #expect(malformed.entry.state.phase == .quarantined)
    }

    // MARK: Rebuilding

    private static let alter = TableEvent.altered(name, [.renameColumn(from: "until", to: "till")], number: 8)

    private static func streaming() throws -> TableLifecycle {
        var lifecycle = try copying()
        let applied = GTIDSet()
        let event = TableEvent.copied(name, copiedFrom: 5, position: GTIDSet(), applied: applied)
        lifecycle.commit(try #require(lifecycle.step(for: event)))
        try #require(lifecycle.tables[name]?.state.phase == .streaming)
        return lifecycle
    }

    /// Being copied again after the statement.
    private static func rebuilding() throws -> (lifecycle: TableLifecycle, step: TableStep, newer: TableDefinition) {
        var lifecycle = try streaming()
        lifecycle.commit(try #require(lifecycle.step(for: alter)))
        var newer = definition
        newer.columns[1].name = "till"
        let step = try #require(lifecycle.step(for: adopted(newer, raw: dates)))
        lifecycle.commit(step)
        return (lifecycle, step, newer)
    }

    @Test("after a statement that cannot be had in place the view shows the table as it was, until it is copied")
    func rebuilt() throws {
        let waiting = try #require(try Self.streaming().step(for: Self.alter))
        #expect(waiting.entry.state.phase == .waiting && waiting.entry.state.barrier == 8)
        #expect(waiting.entry.state.replaces == "t__replaced_8")
        let (lifecycle, step, newer) = try Self.rebuilding()
        let table = try TableMapping(newer, database: "shop").warehouse
        #expect(step.prepare.contains(.replace(by: table, as: "t__replaced_8", floor: 0, keepsCopied: false)))
        #expect(!step.prepare.contains(.create(table, floor: 0)))
        let copied = TableEvent.copied(Self.name, copiedFrom: 5, position: GTIDSet(), applied: GTIDSet())
        let complete = try #require(lifecycle.step(for: copied))
        // Before the state is saved: nothing would know of it afterwards.
        #expect(complete.prepare == [.showFrom(table, floor: 0), .removeReplaced("t__replaced_8", of: table)])
        #expect(complete.entry.state.replaces.isEmpty && complete.entry.state.phase == .streaming)
    }

    @Test("a start in the middle of it leaves the view as it is")
    func rebuiltAfterAStart() throws {
        let (lifecycle, step, newer) = try Self.rebuilding()
        let state = try #require(lifecycle.tables[Self.name]?.state)
        let table = try #require(step.entry.mapping?.warehouse)
        var raw = Self.dates
        raw.columns[1] = "till Nullable(Date32)"
        let loaded = try #require(Self.lifecycle().step(for: .loaded(state, raw: raw, lastBatch: 9)))
        #expect(loaded.prepare == [.createBehind(table)])
        // Nor does beginning the copy again, at another host say.
        var waiting = lifecycle
        waiting.commit(try #require(lifecycle.step(for: .hostDiffers(Self.name, copiedFrom: 5))))
        let again = try #require(waiting.step(for: Self.adopted(newer, raw: raw)))
        #expect(again.prepare.contains(.replace(by: table, as: "t__replaced_8", floor: 0, keepsCopied: true)))
        #expect(again.entry.state.replaces == "t__replaced_8")
    }

    @Test("a raw table of another shape is shown until it is replaced, and one of rows that nobody knows is set aside")
    func otherShape() throws {
        var lifecycle = try Self.streaming()
        lifecycle.commit(try #require(lifecycle.step(for: .paused(Self.name))))
        lifecycle.commit(try #require(lifecycle.step(for: .resumed(Self.name))))
        var raw = Self.dates
        raw.columns.swapAt(1, 2)
        let moved = try #require(lifecycle.step(for: Self.adopted(raw: raw)))
        let table = try #require(moved.entry.mapping?.warehouse)
        #expect(moved.prepare.contains(.create(table, floor: 0)), "another order is no other shape")
        raw.columns[0] = "id Int64"
        var foreign = raw
        foreign.newestBatch = 99
        let unknown = try #require(lifecycle.step(for: Self.adopted(raw: foreign)))
        #expect(unknown.prepare.contains(.setAside(database: "shop", name: "t", batch: 5)))
        #expect(unknown.entry.state.replaces.isEmpty)
        lifecycle.commit(try #require(lifecycle.step(for: Self.adopted(raw: raw))))
        let other = try #require(lifecycle.step(for: Self.adopted(raw: raw)))
        #expect(other.prepare.contains(.replace(by: table, as: "t__replaced_5", floor: 0, keepsCopied: false)))
    }

    // MARK: Without a key

    private static var keyless: TableDefinition {
        var definition = definition
        definition.primaryKey = []
        return definition
    }

    /// A table without a key whose copy is about to be opened, or has been.
    private static func copyingWhole(opened: Bool) throws -> (TableLifecycle, TableStep) {
        var lifecycle = Self.lifecycle()
        let step = try #require(lifecycle.step(for: adopted(keyless, raw: nil)))
        lifecycle.commit(step.ready(last: 7, received: GTIDSet()))
        if opened {
            let event = TableEvent.opened(name, copiedFrom: 7, holds: try holds, uncertain: try uncertain)
            lifecycle.commit(try #require(lifecycle.step(for: event)))
        }
        return (lifecycle, step)
    }

    private static var holds: GTIDSet { get throws { try GTIDSet(parsing: "\(BinlogWriter.uuid):1-5") } }
    private static var uncertain: GTIDSet { get throws { try GTIDSet(parsing: "\(BinlogWriter.uuid):6") } }

    @Test("a table without a key is followed from where its copy was opened, and shows nothing older")
    func withoutKey() throws {
        var (lifecycle, step) = try Self.copyingWhole(opened: false)
        let mapping = try #require(step.entry.mapping)
        #expect(step.prepare.contains(.leaveOut), "until it is known what its copy holds")
        #expect(!step.prepare.contains { if case .follow = $0 { true } else { false } })
        #expect(lifecycle.tables[Self.name]?.state.floor == 8)
        #expect(
            lifecycle.step(for: .opened(Self.name, copiedFrom: 6, holds: try Self.holds, uncertain: GTIDSet())) == nil,
            "of another copy"
        )
        let opened = try #require(
            lifecycle.step(
                for: .opened(Self.name, copiedFrom: 7, holds: try Self.holds, uncertain: try Self.uncertain)
            )
        )
        let (holds, uncertain) = (try Self.holds.description, try Self.uncertain.description)
        #expect(opened.finish == [.follow(mapping, passingOver: holds, uncertain: uncertain)])
        #expect(opened.entry.state.passedOver == holds)
        lifecycle.commit(opened)
        let copied = TableEvent.copied(Self.name, copiedFrom: 7, position: try Self.holds, applied: try Self.holds)
        let complete = try #require(lifecycle.step(for: copied))
        #expect(complete.entry.state.phase == .streaming)
        #expect(complete.prepare == [.showFrom(mapping.warehouse, floor: 8)])
        #expect(complete.finish == [.follow(mapping, passingOver: holds)])
    }

    @Test("its copy is begun again after an interruption, a start, any statement, and a change at its very beginning")
    func copiedAgain() throws {
        let (lifecycle, _) = try Self.copyingWhole(opened: true)
        let column = ColumnDefinition(name: "n", columnType: "int", isNullable: true, defaultValue: .null)
        let add = AlterAction.addColumn(column, position: .unspecified, ifNotExists: false)
        let refusal = TableRefusal(cause: "a transaction changed it", remedy: "", isOfCopy: true)
        let state = try #require(lifecycle.tables[Self.name]?.state)
        let raw = RawTable(columns: Self.dates.columns, sortingKey: ["_version"], newestBatch: 8)
        for event: TableEvent in [
            .interrupted(Self.name, copiedFrom: 7, by: "the connection broke"), .truncated(Self.name, number: 9),
            .altered(Self.name, [add], number: 9), .refused(Self.name, refusal),
            .loaded(state, raw: raw, lastBatch: 9),
        ] {
            let step = try #require(lifecycle.step(for: event))
            #expect(step.entry.state.phase == .waiting, "\(event)")
        }
        #expect(lifecycle.step(for: .interrupted(Self.name, copiedFrom: 6, by: "of another copy")) == nil)
    }

    @Test("a table without a key is copied into a new table: rows of the old one would count, too")
    func newTable() throws {
        var (lifecycle, _) = try Self.copyingWhole(opened: true)
        let copied = TableEvent.copied(Self.name, copiedFrom: 7, position: try Self.holds, applied: try Self.holds)
        lifecycle.commit(try #require(lifecycle.step(for: copied)))
        let raw = RawTable(columns: Self.dates.columns, sortingKey: ["_version"], newestBatch: 5)
        let waiting = try #require(lifecycle.step(for: Self.adopted(Self.keyless, raw: raw)))
        #expect(waiting.entry.state.phase == .waiting && waiting.entry.state.replaces == "t__replaced_5")
        lifecycle.commit(waiting)
        let step = try #require(lifecycle.step(for: Self.adopted(Self.keyless, raw: raw)))
        let table = try #require(step.entry.mapping?.warehouse)
        #expect(step.prepare.contains(.replace(by: table, as: "t__replaced_5", floor: 8, keepsCopied: false)))
        // What is shown keeps its floor, also if the exchange is broken off and the copy begins again.
        let ready = step.ready(last: 20, received: GTIDSet())
        #expect(ready.entry.state.copiedFrom == 20 && ready.entry.state.floor == 8)
        var again = lifecycle
        again.commit(ready)
        let whole = TableEvent.copied(Self.name, copiedFrom: 20, position: GTIDSet(), applied: GTIDSet())
        let exchanged = try #require(again.step(for: whole))
        #expect(exchanged.entry.state.floor == 21 && exchanged.prepare.first == .showFrom(table, floor: 21))
        // A column is added to it in place.
        let column = ColumnDefinition(name: "n", columnType: "int", isNullable: true, defaultValue: .null)
        let add = AlterAction.addColumn(column, position: .unspecified, ifNotExists: false)
        var streaming = try Self.copyingWhole(opened: true).0
        streaming.commit(try #require(streaming.step(for: copied)))
        let added = try #require(streaming.step(for: .altered(Self.name, [add], number: 9)))
        #expect(added.entry.state.phase == .streaming)
        // A key makes another table of it.
        let unique = AlterAction.dropColumn("since", ifExists: false)
        #expect(streaming.step(for: .altered(Self.name, [unique], number: 9))?.entry.state.phase == .streaming)
    }

    @Test("a column that is added meanwhile, and TRUNCATE")
    func rebuiltMeanwhile() throws {
        let (lifecycle, step, _) = try Self.rebuilding()
        let table = try #require(step.entry.mapping?.warehouse)
        let column = ColumnDefinition(name: "n", columnType: "int", isNullable: true, defaultValue: .null)
        let add = AlterAction.addColumn(column, position: .unspecified, ifNotExists: false)
        let added = TableEvent.altered(Self.name, [add], number: 9)
        let waiting = try #require(lifecycle.step(for: added))
        #expect(waiting.entry.state.phase == .waiting && waiting.entry.state.replaces == "t__replaced_8")
        let truncated = try #require(lifecycle.step(for: .truncated(Self.name, number: 9)))
        #expect(truncated.prepare.contains(.removeReplaced("t__replaced_8", of: table)))
        #expect(truncated.entry.state.replaces.isEmpty)
    }

    @Test("columns that go, move or get more values are changed in place, those of the key excepted")
    func reshaped() throws {
        let wider = ColumnDefinition(name: "since", columnType: "datetime(6)", isNullable: true)
        let actions: [AlterAction] = [
            .dropColumn("until", ifExists: false), .modifyColumn(wider, position: .first),
        ]
        let step = try #require(try Self.streaming().step(for: .altered(Self.name, actions, number: 8)))
        let table = try #require(step.entry.mapping?.warehouse)
        #expect(step.entry.state.phase == .streaming && table.columnNames == ["since", "id"])
        #expect(step.prepare == [.reshape(table, widened: [table.columns[0]], dropped: ["until"], floor: 0)])
        let key = AlterAction.modifyColumn(
            ColumnDefinition(name: "id", columnType: "bigint", isNullable: false),
            position: .unspecified
        )
        let rebuilt = try #require(try Self.streaming().step(for: .altered(Self.name, [key], number: 8)))
        #expect(rebuilt.entry.state.phase == .waiting && rebuilt.entry.state.cause.contains("column id"))
    }

    @Test("with on-alter: stop the table is quarantined")
    func stopped() throws {
        var lifecycle = TableLifecycle(isWanted: { _ in true }, warehouseDatabase: { $0 }, rebuilds: { _ in false })
        lifecycle.commit(try #require(lifecycle.step(for: Self.adopted(raw: nil))))
        let step = try #require(lifecycle.step(for: Self.alter))
        #expect(step.entry.state.phase == .quarantined && step.entry.state.cause.contains("until"))
        let partition = TableEvent.changedUnseen(Self.name, by: "ALTER TABLE … TRUNCATE PARTITION p", number: 8)
        #expect(lifecycle.step(for: partition)?.entry.state.phase == .quarantined)
    }

    @Test("a statement logged in place of rows quarantines its table: there may be one a second")
    func loggedAsStatement() throws {
        let event = TableEvent.changedUnseen(Self.name, by: "UPDATE logged as a statement", number: nil)
        #expect(try Self.streaming().step(for: event)?.entry.state.phase == .quarantined)
        let partition = TableEvent.changedUnseen(Self.name, by: "ALTER TABLE … TRUNCATE PARTITION p", number: 8)
        #expect(try Self.streaming().step(for: partition)?.entry.state.phase == .waiting)
    }

    // MARK: What is found at a start

    @Test("a crash after a table was recorded as dropped leaves no view behind")
    func droppedBeforeItWasSetAside() throws {
        let state = TableState(name: Self.name.description, phase: .dropped)
        let lifecycle = Self.lifecycle()
        let left = try #require(lifecycle.step(for: .loaded(state, raw: Self.dates, lastBatch: 9)))
        #expect(left.finish.contains(.setAside(database: "shop", name: "t", batch: 9)))
        let gone = try #require(lifecycle.step(for: .loaded(state, raw: nil, lastBatch: 9)))
        #expect(gone.finish.isEmpty)
    }

    @Test("a table that the source no longer has is copied again should it come back")
    func missing() throws {
        var lifecycle = try Self.copying()
        lifecycle.commit(try #require(lifecycle.step(for: .missing(Self.name, number: 6))))
        #expect(lifecycle.tables[Self.name]?.state.phase == .quarantined)
        #expect(lifecycle.toAdopt == [Self.name])
    }

    @Test("rows that were decoded before their table was stopped are not written after a copy of it has begun")
    func rowsFromBeforeAStop() throws {
        var fixture = try StreamFixture()
        try fixture.take(1, [.begin, Self.row(of: "a"), Self.row(of: "b"), .xid])
        fixture.flush()
        let batch = try #require(fixture.batches.last)
        // A copy that begins in place does not interrupt it.
        fixture.state.follow(try StreamFixture.mapping("a"))
        fixture.state.withdraw(from: batch)
        #expect(batch.tables["shop.a"]?.rows == 1)
        fixture.state.stop(StreamFixture.name("a"), asQuarantined: true)
        fixture.state.follow(try StreamFixture.mapping("a"))
        fixture.state.withdraw(from: batch)
        #expect(batch.tables["shop.a"] == nil && batch.tables["shop.b"]?.rows == 1)
        #expect(batch.definition(checksums: true).rows == ["shop.b": 1])
    }
}
