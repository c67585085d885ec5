"""Facts of the sample city and the generator that turns them into one."""
