"""The sample lender: real applications with their outcomes, and what is generated around them. See README.md here."""
