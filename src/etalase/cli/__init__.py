"""The command line: operate Etalase."""
