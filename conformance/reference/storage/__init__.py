"""The reference server's database: tables, sessions, initial users."""
