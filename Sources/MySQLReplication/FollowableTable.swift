import MySQLSchema

/// Says beforehand which tables cannot be followed.
package enum FollowableTable {
    /// Why a table of this definition would be quarantined; nil if it can be followed.
    package static func refusal(of definition: TableDefinition) -> (cause: String, remedy: String)? {
        do {
            _ = try TableMapping(definition, database: definition.name.database)
            return nil
        } catch {
            return (error.cause, error.remedy)
        }
    }
}
