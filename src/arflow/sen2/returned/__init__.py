"""What returns say: import, export and merge of people and their review items."""
