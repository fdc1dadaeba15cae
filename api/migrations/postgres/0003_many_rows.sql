-- Two functions as SQLite has them, so that the statements that write many rows at once are the same for both.

-- The elements of a JSON array. Strict, so that the planner does not see through it but takes it for the few rows
-- that it is told of, and looks these up by index; it would take an array of unknown length for a hundred.
CREATE FUNCTION json_each(document TEXT) RETURNS TABLE (value JSON)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 10
    AS 'SELECT element FROM json_array_elements(document::json) AS element';

CREATE FUNCTION unhex(digits TEXT) RETURNS BYTEA
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT decode(digits, ''hex'')';
