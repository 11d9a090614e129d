"""The pages under /millrace: business days and their steps, validation records."""
