import Testing

@testable import LeatState

@Suite("The schema of leat.*")
struct StateSchemaTests {
    private static func migrated(_ version: UInt32, by leat: String = "9.1.0") -> StateSchema.Migrated {
        .init(version: version, leat: leat)
    }

    private static let three = (1...3).map { Migration(version: $0, statements: []) }

    @Test("its steps are numbered from 1 without gaps, and every statement can be repeated")
    func steps() {
        #expect(StateSchema.migrations.map(\.version) == Array(1...StateSchema.version))
        for statement in StateSchema.migrations.flatMap(\.statements) + [StateSchema.record] {
            #expect(statement.contains("IF NOT EXISTS"), "\(statement)")
        }
        let created = (StateSchema.migrations.flatMap(\.statements) + [StateSchema.record])
            .compactMap { $0.firstMatch(of: /CREATE TABLE IF NOT EXISTS leat\.(\w+)/)?.1 }.map(String.init)
        #expect(Set(created) == StateSchema.tables)
    }

    @Test("the statements of a step are carried out side by side, so no two of them concern one table")
    func apart() {
        for migration in StateSchema.migrations {
            let tables = migration.statements
                .compactMap { $0.firstMatch(of: /(?:CREATE TABLE IF NOT EXISTS|ALTER TABLE) leat\.(\w+)/)?.1 }
            #expect(tables.count == migration.statements.count)
            #expect(Set(tables).count == tables.count, "step \(migration.version)")
        }
    }

    @Test("of an installation that has some steps, the others are carried out")
    func pending() throws {
        func pending(_ newest: StateSchema.Migrated?) throws -> [UInt32] {
            try StateSchema.pending(after: newest, tables: StateSchema.tables, of: Self.three).map(\.version)
        }
        #expect(try pending(nil) == [1, 2, 3])
        #expect(try pending(Self.migrated(1)) == [2, 3])
        #expect(try pending(Self.migrated(3)) == [])
    }

    @Test("where one of its tables is gone, all steps are repeated")
    func tableGone() throws {
        let left = StateSchema.tables.subtracting(["windows"])
        let pending = try StateSchema.pending(after: Self.migrated(3), tables: left, of: Self.three)
        #expect(pending.map(\.version) == [1, 2, 3])
    }

    @Test("a newer one is refused, with the version of Leat that can read it")
    func newer() {
        let error = #expect(throws: PipelineError.self) {
            try StateSchema.pending(after: Self.migrated(4), tables: StateSchema.tables, of: Self.three)
        }
        #expect(error?.kind == .precondition)
        #expect(error?.message.contains("schema 4 by Leat 9.1.0") == true)
        #expect(error?.remedy.contains("Leat 9.1.0 or newer") == true)
    }
}
